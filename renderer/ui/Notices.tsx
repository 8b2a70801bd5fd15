import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { hostText } from '../locales/hostText.ts';

export interface ShownNotice {
  readonly id: number;
  readonly level: 'info' | 'success' | 'warning' | 'error';
  readonly message: string;
  readonly details?: string;
  readonly action?: { readonly label: string; readonly keys?: string; readonly run: () => void };
}

const icons = { info: 'check', success: 'check', warning: 'warning', error: 'warning' } as const;
const tones = { info: '', success: 'success', warning: 'warning', error: 'danger' } as const;

/** Errors are alerts; the rest is read out politely. */
export function Notices({ notices, onDismiss }: { readonly notices: readonly ShownNotice[]; readonly onDismiss: (id: number) => void }) {
  const { t } = useTranslation('app');
  return (
    <div className="notices">
      {notices.map((notice) => (
        <div key={notice.id} className="pop notice" role={notice.level === 'error' ? 'alert' : 'status'}>
          <span className={tones[notice.level]}>
            <Icon name={icons[notice.level]} small />
          </span>
          <span className="text">{hostText(notice.message)}</span>
          {notice.action !== undefined && (
            <Button
              small
              chord={notice.action.keys}
              onClick={() => {
                notice.action?.run();
                onDismiss(notice.id);
              }}
            >
              {notice.action.label}
            </Button>
          )}
          {notice.details !== undefined && (
            <Button small variant="ghost" icon="copy" onClick={() => void navigator.clipboard.writeText(notice.details ?? '')}>
              {t('error.copy')}
            </Button>
          )}
          <IconButton small label={t('close')} icon="close" onClick={() => onDismiss(notice.id)} />
        </div>
      ))}
    </div>
  );
}
