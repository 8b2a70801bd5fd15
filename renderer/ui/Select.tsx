import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { Menu } from './Menu.tsx';

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: ReactNode;
  readonly adornment?: ReactNode;
  readonly meta?: ReactNode;
  readonly disabled?: boolean;
}

/** One of a few. The button carries the name and the value; for many or searchable choices use Combobox. */
export function Select<V extends string>({
  label,
  value,
  choices,
  onChange,
  icon,
  small = true,
  variant = 'ghost',
  placeholder,
  align = 'start',
  disabled = false,
}: {
  readonly label: string;
  readonly value: V | null;
  readonly choices: readonly Choice<V>[];
  readonly onChange: (value: V) => void;
  readonly icon?: string;
  readonly small?: boolean;
  readonly variant?: 'ghost' | 'plain';
  readonly placeholder?: string;
  readonly align?: 'start' | 'end';
  readonly disabled?: boolean;
}) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Menu
      label={label}
      align={align}
      trigger={
        <Button
          variant={variant}
          small={small}
          {...(icon === undefined ? {} : { icon })}
          trailing={<Icon name="down" small />}
          title={label}
          disabled={disabled}
        >
          <span className="sr-only">{label}: </span>
          {chosen?.adornment}
          <span className="clip">{chosen?.label ?? placeholder ?? ''}</span>
        </Button>
      }
      entries={choices.map((choice) => ({
        id: choice.value,
        label: choice.label,
        checked: choice.value === value,
        onSelect: () => onChange(choice.value),
        ...(choice.adornment === undefined ? {} : { adornment: choice.adornment }),
        ...(choice.meta === undefined ? {} : { meta: choice.meta }),
        ...(choice.disabled === undefined ? {} : { disabled: choice.disabled }),
      }))}
    />
  );
}
