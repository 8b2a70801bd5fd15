import type { ComponentProps, ReactNode } from 'react';
import { ariaChord } from '../lib/keys.ts';
import { isMac } from '../lib/platformKeys.ts';
import { Icon } from './Icon.tsx';
import { KeyHint } from './KeyHint.tsx';
import { Tooltip } from './Tooltip.tsx';

interface Look {
  readonly variant?: 'primary' | 'ghost' | 'plain';
  readonly tone?: 'bad';
  readonly small?: boolean;
  readonly icon?: string;
  /** The key that does the same; drawn in the button and told to screen readers. */
  readonly chord?: string | undefined;
}

type Props = Look & Omit<ComponentProps<'button'>, 'color'> & { readonly children?: ReactNode; readonly trailing?: ReactNode };

export function Button({ variant = 'plain', tone, small, icon, chord, trailing, className, children, ...rest }: Props) {
  const classes = ['btn', variant === 'plain' ? '' : variant, tone ?? '', small ? 'small' : '', className ?? ''];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter((c) => c !== '').join(' ')}
      aria-keyshortcuts={chord && ariaChord(chord, isMac)}
    >
      {icon !== undefined && <Icon name={icon} small />}
      {children}
      {trailing}
      <KeyHint chord={chord} />
    </button>
  );
}

/** A button that is only an icon: its name is the tooltip, with its key. */
export function IconButton({
  label,
  icon,
  variant = 'ghost',
  tone,
  small,
  chord,
  className,
  ...rest
}: Look & Omit<ComponentProps<'button'>, 'aria-label'> & { readonly label: string; readonly icon: string }) {
  const classes = ['btn', 'icon', variant === 'plain' ? '' : variant, tone ?? '', small ? 'small' : '', className ?? ''];
  return (
    <Tooltip text={label} chord={chord}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={classes.filter((c) => c !== '').join(' ')}
        aria-keyshortcuts={chord && ariaChord(chord, isMac)}
      >
        <Icon name={icon} small />
      </button>
    </Tooltip>
  );
}
