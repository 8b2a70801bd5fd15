import { useTranslation } from 'react-i18next';

/** The language of the interface, for Intl. */
export function useLanguage(): string {
  return useTranslation().i18n.language;
}
