import { useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import { formatBytes } from '../../lib/format.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { hostStore, providerInUse, providerLabel } from '../../state/hostStore.ts';
import { copyText } from '../../platform/copyText.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { hostText } from '../../locales/hostText.ts';

/** What this machine can do, and why not more. */
export function DoctorSection() {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const { doctor, info } = useStore(hostStore);
  const [looking, setLooking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const look = async (): Promise<void> => {
    setLooking(true);
    setProblem(null);
    try {
      hostStore.setState({ doctor: await api.host.doctor({ fresh: true }) });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setLooking(false);
    }
  };
  const used = doctor === null ? null : providerInUse(doctor);
  return (
    <>
      <div className="row">
        <p className="dim grow">{t('doctorText')}</p>
        <Button icon="refresh" disabled={looking} onClick={() => void look()}>
          {looking ? t('looking') : t('lookAgain')}
        </Button>
        <Button
          variant="ghost"
          icon="copy"
          disabled={doctor === null}
          onClick={() => void copyText(JSON.stringify({ info, doctor }, null, 2), t('copied'))}
        >
          {t('copyReport')}
        </Button>
      </div>
      {problem !== null && <ErrorState message={problem.message} details={problem.details} onRetry={() => void look()} />}
      {doctor === null ? (
        problem === null && <SkeletonRows rows={8} label={t('looking')} />
      ) : (
        <>
          <section aria-label={t('providers')}>
            <h3>{t('providers')}</h3>
            {doctor.providers.map((provider) => (
              <div key={provider.name} className="provider-row">
                <span className={provider.available ? 'success' : 'dimmer'}>
                  <Icon name={provider.available ? 'check' : 'minus'} small />
                </span>
                <span className="name">
                  {providerLabel(provider.name)}
                  {used?.name === providerLabel(provider.name) && <span className="chip good">{t('inUse')}</span>}
                </span>
                <span className="dim grow">
                  {provider.available ? hostText(provider.device ?? t('available')) : hostText(provider.reason ?? t('notAvailable'))}
                </span>
              </div>
            ))}
          </section>
          <section aria-label={t('program')}>
            <h3>{t('program')}</h3>
            <dl className="facts">
              {[
                ['Hardcase', doctor.app],
                ['Node', doctor.node],
                ['SQLite', doctor.sqlite],
                ['ONNX Runtime', doctor.onnxruntime],
                ['Electron', doctor.electron.available ? t('available') : hostText(doctor.electron.reason ?? t('notAvailable'))],
                [t('browser'), doctor.browser.available ? t('available') : hostText(doctor.browser.reason ?? t('notAvailable'))],
                [t('cores'), String(doctor.cores)],
                [t('memory'), formatBytes(doctor.memoryBytes, language)],
                ...(info === null ? [] : [[t('shell'), t(`shells.${info.kind}`)]]),
              ].map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        </>
      )}
    </>
  );
}
