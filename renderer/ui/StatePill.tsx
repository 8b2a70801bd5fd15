import { useTranslation } from 'react-i18next';
import type { FrameState } from '../../shared/domain/frame.ts';

/** The six review states, each with a shape of its own besides its colour. */
export function StateMark({ state, label }: { readonly state: FrameState; readonly label?: string }) {
  return (
    <svg
      className="st"
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {shapes[state]}
    </svg>
  );
}

const shapes: { readonly [S in FrameState]: React.ReactNode } = {
  unlabeled: <circle cx="6" cy="6" r="4.75" fill="none" stroke="var(--text-3)" strokeWidth="1.5" strokeDasharray="2 1.7" />,
  draft: (
    <>
      <circle cx="6" cy="6" r="4.75" fill="none" stroke="var(--warning)" strokeWidth="1.5" />
      <path d="M6 3.2a2.8 2.8 0 0 1 0 5.6z" fill="var(--warning)" />
    </>
  ),
  labeled: (
    <>
      <circle cx="6" cy="6" r="4.75" fill="none" stroke="var(--accent)" strokeWidth="1.5" />
      <circle cx="6" cy="6" r="2.8" fill="var(--accent)" />
    </>
  ),
  needs_fix: (
    <>
      <circle cx="6" cy="6" r="5.5" fill="var(--danger)" />
      <path d="m4.2 4.2 3.6 3.6m0-3.6-3.6 3.6" fill="none" stroke="var(--bg)" strokeWidth="1.5" />
    </>
  ),
  approved: (
    <>
      <circle cx="6" cy="6" r="5.5" fill="var(--success)" />
      <path d="m3.6 6.1 1.7 1.7 3.1-3.3" fill="none" stroke="var(--bg)" strokeWidth="1.5" />
    </>
  ),
  locked: (
    <>
      <rect x="1.5" y="5" width="9" height="6.5" rx="1.5" fill="var(--text-2)" />
      <path d="M3.5 5V3.8a2.5 2.5 0 0 1 5 0V5" fill="none" stroke="var(--text-2)" strokeWidth="1.5" />
    </>
  ),
};

export function StatePill({ state }: { readonly state: FrameState }) {
  const { t } = useTranslation('app');
  return (
    <span className="state-pill">
      <StateMark state={state} />
      {t(`state.${state}`)}
    </span>
  );
}
