/** Numbers and times as the screens write them. `language` is a BCP 47 tag. */
export function formatCount(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);
}

/** What orders hits: counts and areas as they are read, shares with two places. */
export function formatSeverity(value: number, language: string): string {
  const isWhole = Number.isInteger(value) && value !== 0 && value !== 1;
  return isWhole || Math.abs(value) >= 100 ? formatCount(Math.round(value), language) : value.toFixed(2);
}

export function formatBytes(bytes: number, language: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value)} ${units[unit]}`;
}

/** A share of 0 … 1 in whole per cent; never 100 % or 0 % unless it is. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  const value = Math.round((part / whole) * 100);
  if (value === 100 && part < whole) return 99;
  return value === 0 && part > 0 ? 1 : value;
}

/** A number of per cent: "104 %", in Korean "104%". */
export function formatPercent(value: number, language: string, digits = 0): string {
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return `${number}${percentUnit(language)}`;
}

export const percentUnit = (language: string): string => (language === 'ko' ? '%' : ' %');

const units: { readonly [language: string]: readonly [ms: string, s: string, min: string, h: string] } = {
  en: [' ms', ' s', ' min', ' h'],
  ko: ['ms', '초', '분', '시간'],
};

/** Seconds as "42 s", "3 min", "1 h 20 min". */
export function formatDuration(seconds: number, language = 'en'): string {
  const [ms, s, min, h] = units[language] ?? units['en']!;
  if (seconds < 0.95) return `${Math.round(seconds * 1000)}${ms}`;
  if (seconds < 90) return `${Math.round(seconds)}${s}`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes}${min}` : `${Math.floor(minutes / 60)}${h} ${minutes % 60}${min}`;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "2 minutes ago"; the exact time belongs on hover (`formatExact`). */
export function formatRelative(iso: string, now: number, language: string): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (!Number.isFinite(seconds)) return iso;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  return format.format(0, 'second');
}

export function formatExact(iso: string, language: string): string {
  const time = Date.parse(iso);
  return Number.isFinite(time) ? new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(time) : iso;
}

export function formatClock(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(time);
}
