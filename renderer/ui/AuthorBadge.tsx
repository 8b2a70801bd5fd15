import { inkOn } from '../lib/profiles.ts';

/** A person as a small round mark; the name stands beside it, or in `label` where it stands alone. */
export function AuthorBadge({
  profile,
  label,
}: {
  readonly profile: { readonly color: string; readonly initials: string };
  readonly label?: string;
}) {
  return (
    <span
      className="author-badge"
      style={{ background: profile.color, color: inkOn(profile.color) }}
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {profile.initials}
    </span>
  );
}
