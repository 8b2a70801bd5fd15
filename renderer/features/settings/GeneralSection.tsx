import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { contrasts, languages, scales, themes } from '../../../shared/contract/settings.ts';
import { formatPercent } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Field, TextField } from '../../ui/Field.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { saveSettings } from './saveSettings.ts';

export function GeneralSection() {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const { settings } = useStore(settingsStore);
  const [author, setAuthor] = useState(settings.author);
  useEffect(() => setAuthor(settings.author), [settings.author]);
  const save = (): void => {
    const name = author.trim();
    if (name !== '' && name !== settings.author) void saveSettings({ author: name });
  };
  return (
    <div className="settings-form">
      <TextField
        label={t('author')}
        hint={t('authorHint')}
        value={author}
        maxLength={128}
        error={author.trim() === '' ? t('authorEmpty') : null}
        onChange={(event) => setAuthor(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
      />
      <Field label={t('theme')} hint={t('themeHint')}>
        <Segmented
          label={t('theme')}
          value={settings.theme}
          choices={themes.map((value) => ({ value, label: t(`themes.${value}`) }))}
          onChange={(theme) => void saveSettings({ theme })}
        />
      </Field>
      <Field label={t('contrast')} hint={t('contrastHint')}>
        <Segmented
          label={t('contrast')}
          value={settings.contrast}
          choices={contrasts.map((value) => ({ value, label: t(`contrasts.${value}`) }))}
          onChange={(contrast) => void saveSettings({ contrast })}
        />
      </Field>
      <Field label={t('scale')} hint={t('scaleHint')}>
        <Segmented
          label={t('scale')}
          value={String(settings.scale)}
          choices={scales.map((value) => ({ value: String(value), label: formatPercent(value * 100, language) }))}
          onChange={(value) => void saveSettings({ scale: scales.find((scale) => String(scale) === value) ?? 1 })}
        />
      </Field>
      <Field label={t('language')}>
        <Segmented
          label={t('language')}
          value={settings.language}
          choices={languages.map((value) => ({ value, label: t(`languages.${value}`) }))}
          onChange={(chosen) => void saveSettings({ language: chosen })}
        />
      </Field>
      <p className="dim small">{t('mine', { name: settings.author })}</p>
    </div>
  );
}
