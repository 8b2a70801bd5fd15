import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button.tsx';

interface Props {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** Told when it opens, so that keys of the view below rest; what it returns is called when it closes. */
  readonly onOpened?: () => () => void;
}

/** For the few things a panel will not do. The scrim is our own: Radix's overlay writes a style tag, which the page's policy forbids. */
export function Dialog({ title, open, onClose, children, footer, onOpened }: Props) {
  const { t } = useTranslation('app');
  useEffect(() => (open ? onOpened?.() : undefined), [open, onOpened]);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="scrim" />
        <Radix.Content
          className="pop dialog"
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // What one came for, or the whole of it; not the cross, whose hint would stand open.
            if (!(event.currentTarget instanceof HTMLElement)) return;
            event.preventDefault();
            (event.currentTarget.querySelector<HTMLElement>('[data-autofocus]') ?? event.currentTarget).focus();
          }}
        >
          <header>
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <span className="right" />
            <IconButton label={t('close')} icon="close" chord="Escape" onClick={onClose} />
          </header>
          {children}
          {footer !== undefined && <footer>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
