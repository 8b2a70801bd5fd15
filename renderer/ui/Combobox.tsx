import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useMemo, useRef, useState } from 'react';

export interface ComboboxOption {
  readonly value: string;
  readonly label: string;
  readonly adornment?: ReactNode;
  readonly meta?: ReactNode;
}

/** Choose one of many by typing. With `onCreate`, what was typed can become a new one. */
export function Combobox({
  label,
  trigger,
  options,
  onChoose,
  onCreate,
  createLabel,
  placeholder,
  open: controlled,
  onOpenChange,
}: {
  readonly label: string;
  readonly trigger: ReactElement;
  readonly options: readonly ComboboxOption[];
  readonly onChoose: (value: string) => void;
  readonly onCreate?: (text: string) => void;
  readonly createLabel?: (text: string) => string;
  readonly placeholder?: string;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}) {
  const [own, setOwn] = useState(false);
  const open = controlled ?? own;
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  /** What had the focus: a list opened by a key gives it back there, not to its button, which the next Space would press. */
  const before = useRef<Element | null>(null);
  const setOpen = (value: boolean): void => {
    setOwn(value);
    setText('');
    setActive(0);
    onOpenChange?.(value);
  };
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const rank = ({ label }: ComboboxOption): number => {
      const at = label.toLowerCase().indexOf(wanted);
      // A name that begins so, then one with a word that does, then the rest.
      return at <= 0 ? at : /[\s_/.-]/.test(label[at - 1] ?? '') ? 1 : 2;
    };
    return options
      .map((option) => ({ option, rank: rank(option) }))
      .filter((entry) => entry.rank >= 0)
      .sort((a, b) => a.rank - b.rank)
      .map(({ option }) => option);
  }, [options, text]);
  const creatable = onCreate !== undefined && text.trim() !== '' && !options.some((option) => option.label === text.trim());
  const count = found.length + (creatable ? 1 : 0);
  const take = (index: number): void => {
    const option = found[index];
    if (option !== undefined) onChoose(option.value);
    else if (creatable) onCreate(text.trim());
    else return;
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive((i) => (count === 0 ? 0 : (i + 1) % count));
    else if (event.key === 'ArrowUp') setActive((i) => (count === 0 ? 0 : (i + count - 1) % count));
    else if (event.key === 'Enter') take(active);
    else return;
    event.preventDefault();
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="pop menu"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            const { current } = before;
            if (!(current instanceof HTMLElement) || !current.isConnected) return;
            event.preventDefault();
            current.focus({ preventScroll: true });
          }}
        >
          <div className="input">
            <input
              role="combobox"
              aria-label={label}
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={count > 0 ? `${id}-${active}` : undefined}
              aria-autocomplete="list"
              placeholder={placeholder}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setActive(0);
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div role="listbox" id={`${id}-list`} aria-label={label} className="scroll combo-list">
            {found.map((option, i) => (
              <div
                key={option.value}
                id={`${id}-${i}`}
                role="option"
                aria-selected={i === active}
                className={i === active ? 'menu-item active' : 'menu-item'}
                onPointerMove={() => setActive(i)}
                onClick={() => take(i)}
              >
                {option.adornment}
                <span className="clip">{option.label}</span>
                {option.meta !== undefined && <span className="meta">{option.meta}</span>}
              </div>
            ))}
            {creatable && (
              <div
                id={`${id}-${found.length}`}
                role="option"
                aria-selected={active === found.length}
                className={active === found.length ? 'menu-item active' : 'menu-item'}
                onPointerMove={() => setActive(found.length)}
                onClick={() => take(found.length)}
              >
                {createLabel?.(text.trim()) ?? text.trim()}
              </div>
            )}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
