import { useEffect, useState } from 'react';

/** True once `value` has been true for `ms`: a skeleton that flashes for 40 ms is worse than none. */
export function useDelayed(value: boolean, ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!value) {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value && late;
}
