import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { addressStore, setParams } from '../../state/addressStore.ts';
import { BackupsSection } from './BackupsSection.tsx';
import { CategoriesSection } from './CategoriesSection.tsx';
import { DoctorSection } from './DoctorSection.tsx';
import { GeneralSection } from './GeneralSection.tsx';
import { KeysSection } from './KeysSection.tsx';
import { PeopleSection } from './PeopleSection.tsx';
import './settings.css';

const sections = ['general', 'people', 'keys', 'categories', 'backups', 'doctor'] as const;

export function SettingsView() {
  const { t } = useTranslation('settings');
  const { params } = useStore(addressStore, (state) => state.address);
  const section = sections.find((name) => name === params.section) ?? 'general';
  return (
    <>
      <aside className="side left settings-nav" aria-label={t('sections')}>
        {sections.map((name) => (
          <button
            key={name}
            type="button"
            className="row-item nav-item"
            aria-current={name === section ? 'true' : undefined}
            onClick={() => setParams({ section: name }, { replace: false })}
          >
            {t(`section.${name}`)}
          </button>
        ))}
      </aside>
      <div className="settings scroll grow">
        <div className="settings-page">
          <h2>{t(`section.${section}`)}</h2>
          {section === 'general' && <GeneralSection />}
          {section === 'people' && <PeopleSection />}
          {section === 'keys' && <KeysSection />}
          {section === 'categories' && <CategoriesSection />}
          {section === 'backups' && <BackupsSection />}
          {section === 'doctor' && <DoctorSection />}
        </div>
      </div>
    </>
  );
}
