import { type FormEvent, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { renamed } from '../../../shared/contract/settings.ts';
import type { Profile } from '../../../shared/contract/settings.ts';
import { initialsOf, profileColors, profileOf } from '../../lib/profiles.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import { TextField } from '../../ui/Field.tsx';
import { saveSettings } from './saveSettings.ts';

/** Who works on this computer: name, initials, colour, and who is at work. */
export function PeopleSection() {
  const { t } = useTranslation('review');
  const { author, profiles } = useStore(settingsStore, (state) => state.settings);
  const [name, setName] = useState('');
  const people = profiles.some((profile) => profile.name === author) ? profiles : [profileOf(author, profiles), ...profiles];
  const taken = people.some((profile) => profile.name === name.trim());
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === '' || taken) return;
    const color = profileColors.find((one) => !people.some((profile) => profile.color === one)) ?? profileOf(wanted, []).color;
    void saveSettings({ author: wanted, profiles: [...people, { name: wanted, color, initials: initialsOf(wanted) }] });
    setName('');
  };
  const change = (profile: Profile, patch: Partial<Profile>): void =>
    void saveSettings({ profiles: people.map((one) => (one.name === profile.name ? { ...one, ...patch } : one)) });
  const rename = (from: string, to: string): void =>
    void saveSettings({ profiles: renamed(people, from, to), ...(from === author ? { author: to } : {}) });
  return (
    <div className="settings-form people">
      <p className="dim">{t('people.sectionText')}</p>
      <ul className="people-list">
        {people.map((profile) => (
          <li key={profile.name} className="person-row">
            <AuthorBadge profile={profile} />
            <Name
              profile={profile}
              isTaken={(wanted) => people.some((one) => one.name === wanted)}
              onChange={(to) => rename(profile.name, to)}
            />
            <Initials profile={profile} onChange={(initials) => change(profile, { initials })} />
            <span className="colors" role="group" aria-label={`${t('people.color')}: ${profile.name}`}>
              {profileColors.map((color, i) => (
                <button
                  key={color}
                  type="button"
                  className="color-dot"
                  style={{ background: color }}
                  aria-label={t('people.colorN', { n: i + 1 })}
                  aria-pressed={profile.color === color}
                  onClick={() => change(profile, { color })}
                />
              ))}
            </span>
            {profile.name === author ? (
              <span className="chip">{t('people.current')}</span>
            ) : (
              <span className="row">
                <Button
                  small
                  aria-label={t('people.use', { name: profile.name })}
                  onClick={() => void saveSettings({ author: profile.name, profiles: [...people] })}
                >
                  {t('people.useShort')}
                </Button>
                <IconButton
                  small
                  label={t('people.remove', { name: profile.name })}
                  icon="close"
                  onClick={() => void saveSettings({ profiles: people.filter((one) => one.name !== profile.name) })}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
      <form className="row person-add" onSubmit={add}>
        <TextField
          label={t('people.add')}
          placeholder={t('people.name')}
          value={name}
          maxLength={128}
          error={taken && name.trim() !== '' ? t('people.taken') : null}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" icon="plus" disabled={name.trim() === '' || taken}>
          {t('people.add2')}
        </Button>
      </form>
      <p className="dimmer small">{t('people.removeText')}</p>
    </div>
  );
}

/** The new name stands in what is done from now on; undo still reaches what was done before. */
function Name({
  profile,
  isTaken,
  onChange,
}: {
  readonly profile: Profile;
  readonly isTaken: (name: string) => boolean;
  readonly onChange: (name: string) => void;
}) {
  const { t } = useTranslation('review');
  const [text, setText] = useState(profile.name);
  const wanted = text.trim();
  const taken = wanted !== profile.name && isTaken(wanted);
  const commit = (): void => {
    if (wanted === '' || wanted === profile.name || taken) setText(profile.name);
    else onChange(wanted);
  };
  return (
    <span className="input grow" title={taken ? t('people.taken') : profile.name}>
      <input
        aria-label={t('people.rename', { name: profile.name })}
        aria-invalid={taken}
        value={text}
        maxLength={128}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </span>
  );
}

function Initials({ profile, onChange }: { readonly profile: Profile; readonly onChange: (initials: string) => void }) {
  const { t } = useTranslation('review');
  const [text, setText] = useState(profile.initials);
  const commit = (): void => {
    const wanted = text.trim().slice(0, 4);
    if (wanted === '' || wanted === profile.initials) setText(profile.initials);
    else onChange(wanted);
  };
  return (
    <span className="input initials">
      <input
        aria-label={`${t('people.initials')}: ${profile.name}`}
        value={text}
        maxLength={4}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </span>
  );
}
