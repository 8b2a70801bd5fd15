import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import { KeyHint } from './KeyHint.tsx';

export interface MenuEntry {
  readonly id: string;
  readonly label: ReactNode;
  readonly icon?: string;
  readonly adornment?: ReactNode;
  readonly meta?: ReactNode;
  readonly chord?: string | undefined;
  readonly tone?: 'bad';
  readonly disabled?: boolean;
  /** Draws a line above. */
  readonly separated?: boolean;
  /** A check mark where true; leave out for entries that are no choice. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

/** A list of actions or choices under a button. Never modal: the work below stays usable. */
export function Menu({
  trigger,
  entries,
  label,
  align = 'start',
  heading,
  open,
  onOpenChange,
}: {
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly label?: string;
  readonly align?: 'start' | 'end';
  readonly heading?: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}) {
  return (
    <DropdownMenu.Root modal={false} {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="pop menu scroll" align={align} sideOffset={4} collisionPadding={8} aria-label={label} loop>
          {heading !== undefined && <div className="menu-label">{heading}</div>}
          {entries.map((entry) => (
            <MenuItem key={entry.id} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function MenuItem({ entry }: { readonly entry: MenuEntry }) {
  const inside = (
    <>
      {entry.checked !== undefined && <span className="check">{entry.checked && <Icon name="check" small />}</span>}
      {entry.icon !== undefined && <Icon name={entry.icon} small />}
      {entry.adornment}
      <span className="clip">{entry.label}</span>
      {entry.meta !== undefined && <span className="meta">{entry.meta}</span>}
      <KeyHint chord={entry.chord} />
    </>
  );
  const props = {
    className: entry.tone === 'bad' ? 'menu-item bad' : 'menu-item',
    disabled: entry.disabled ?? false,
    onSelect: entry.onSelect,
  };
  return (
    <>
      {entry.separated === true && <DropdownMenu.Separator className="menu-sep" />}
      {entry.checked === undefined ? (
        <DropdownMenu.Item {...props}>{inside}</DropdownMenu.Item>
      ) : (
        <DropdownMenu.CheckboxItem {...props} checked={entry.checked}>
          {inside}
        </DropdownMenu.CheckboxItem>
      )}
    </>
  );
}
