import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { hostText } from '../locales/hostText.ts';

interface Props {
  /** What happened, in the user's words. */
  readonly message: string;
  /** What is safe. */
  readonly safe?: string;
  /** What to try. */
  readonly tryThis?: string;
  readonly details: string;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
  /** What helps right here, under the buttons. */
  readonly below?: ReactNode;
}

export function ErrorState({ message, safe, tryThis, details, onRetry, children, below }: Props) {
  const { t } = useTranslation('app');
  return (
    <div className="empty error" role="alert">
      <Icon name="warning" />
      <h2>{hostText(message)}</h2>
      {safe !== undefined && <p className="dim">{safe}</p>}
      {tryThis !== undefined && <p className="dim">{tryThis}</p>}
      <div className="acts">
        {onRetry !== undefined && (
          <Button icon="refresh" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        )}
        {children}
        <Button variant="ghost" icon="copy" onClick={() => void navigator.clipboard.writeText(details)}>
          {t('error.copy')}
        </Button>
      </div>
      {below !== undefined && <div className="error-below">{below}</div>}
    </div>
  );
}
