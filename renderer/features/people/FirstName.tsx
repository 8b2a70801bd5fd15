import { type FormEvent, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api, clientId } from '../../api/api.ts';
import { profileOf } from '../../lib/profiles.ts';
import { addressStore } from '../../state/addressStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { TextField } from '../../ui/Field.tsx';
import { saveProfiles } from './saveProfiles.ts';

/**
 * After the first edit on this computer: whose name changes carry. It takes no focus, so work goes on beside it, and stands on the canvas
 * alone: on other screens it would lie over the buttons of their panels.
 */
export function FirstName() {
  const { t } = useTranslation('review');
  const { settings, loaded } = useStore(settingsStore);
  const labeling = useStore(addressStore, ({ address }) => address.view === 'label');
  const [asked, setAsked] = useState(false);
  const [name, setName] = useState('');
  const unknown = loaded && settings.profiles.length === 0;
  useEffect(() => {
    if (!unknown) return undefined;
    return api.frames.changed((event) => {
      if (event.by === clientId()) setAsked(true);
    });
  }, [unknown]);
  if (!unknown || !asked || !labeling) return null;
  const take = (wanted: string): void => {
    const chosen = wanted.trim() === '' ? settings.author : wanted.trim();
    const before = profileOf(settings.author, []);
    const profile = chosen === settings.author ? before : { ...profileOf(chosen, []), formerly: [settings.author] };
    void saveProfiles({ author: chosen, profiles: [profile] });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    take(name);
  };
  return (
    <form className="pop first-name" aria-label={t('people.first')} onSubmit={submit}>
      <div className="row">
        <strong>{t('people.first')}</strong>
        <span className="right" />
        <IconButton small label={t('app:close')} icon="close" onClick={() => take('')} />
      </div>
      <p className="dim small">{t('people.firstText', { name: settings.author })}</p>
      <TextField
        label={t('people.name')}
        value={name}
        placeholder={settings.author}
        maxLength={128}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.stopPropagation()}
      />
      <Button small variant="primary" type="submit">
        {t('people.save')}
      </Button>
    </form>
  );
}
