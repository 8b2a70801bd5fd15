import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import i18next from 'i18next';
import { profileOf } from '../../lib/profiles.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { navigate } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { openAuthorMenu, openFloating, panelStore } from '../../state/panelStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { saveProfiles } from './saveProfiles.ts';

/** Who is at work, in the status bar; one click or key changes it. */
export function AuthorMenu() {
  const { t } = useTranslation('review');
  const { author, profiles } = useStore(settingsStore, (state) => state.settings);
  const open = useStore(panelStore, (state) => state.authorMenu);
  const hasDataset = useStore(datasetStore, (state) => state.summary !== null);
  useCommands({
    'review.author': { run: () => openAuthorMenu(true), detail: () => author },
    'review.statistics': { run: () => openFloating('statistics'), when: () => hasDataset },
  });
  if (author === '') return null;
  const people = profiles.some(({ name }) => name === author) ? profiles : [profileOf(author, profiles), ...profiles];
  const choose = (name: string): void => {
    if (name === author) return;
    void saveProfiles({ author: name }).then(() => notify({ level: 'info', message: i18next.t('review:people.switched', { name }) }));
  };
  const edit = (): void => navigate({ view: 'settings', dataset: null, params: { section: 'people' } });
  return (
    <Menu
      label={t('people.menu')}
      heading={t('people.menu')}
      align="end"
      open={open}
      onOpenChange={openAuthorMenu}
      trigger={
        <button type="button" className="author-btn" title={t('people.you', { name: author })}>
          <AuthorBadge profile={profileOf(author, profiles)} />
          <span className="sr-only">{t('people.menu')}: </span>
          <span className="author clip">{author}</span>
        </button>
      }
      entries={[
        ...people.map((profile) => ({
          id: `person ${profile.name}`,
          label: profile.name,
          adornment: <AuthorBadge profile={profile} />,
          checked: profile.name === author,
          onSelect: () => choose(profile.name),
        })),
        { id: 'add', label: t('people.add'), icon: 'plus', separated: true, onSelect: edit },
        ...(hasDataset
          ? [{ id: 'statistics', label: t('people.statistics'), icon: 'review', onSelect: () => openFloating('statistics') }]
          : []),
      ]}
    />
  );
}
