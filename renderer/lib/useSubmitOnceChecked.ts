import { useEffect, useState } from 'react';

/**
 * Enter in a query leaves the field, and keys are commands from then on: so not while the text does not check. Where the answer to the latest
 * words is still on its way, it is waited for. `checked` is the text that the latest answer is about.
 */
export function useSubmitOnceChecked(text: string, checked: string | null, broken: boolean, submit: () => void): () => void {
  const [waiting, setWaiting] = useState<string | null>(null);
  const isAnswered = checked?.trim() === text.trim();
  useEffect(() => {
    if (waiting === null) return;
    if (waiting !== text) setWaiting(null);
    else if (isAnswered) {
      setWaiting(null);
      if (!broken) submit();
    }
  }, [waiting, text, isAnswered, broken, submit]);
  return () => {
    if (!broken) submit();
    else if (!isAnswered) setWaiting(text);
  };
}
