import { Switch } from 'radix-ui';

export function Toggle({
  label,
  checked,
  onChange,
  id,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly id?: string;
}) {
  return (
    <Switch.Root className="toggle" aria-label={label} checked={checked} onCheckedChange={onChange} {...(id === undefined ? {} : { id })}>
      <Switch.Thumb />
    </Switch.Root>
  );
}
