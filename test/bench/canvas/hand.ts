import type { CDPSession } from 'playwright-core';

export interface At {
  readonly x: number;
  readonly y: number;
}

/** A hand at mouse, wheel and keyboard: events enter the browser where the devices' events enter it, at the devices' own pace. */
export interface Hand {
  move(at: At): void;
  press(at: At, button?: 'left' | 'middle'): Promise<void>;
  release(at: At): Promise<void>;
  wheel(at: At, deltaY: number): void;
  key(key: 'Tab'): void;
  /** Until the page has taken all that was sent. */
  settled(): Promise<void>;
  /** Calls `each` with the share of the time that is over, so often a second, for so long. Events that the page is too slow for pile up as with a real device. */
  during(ms: number, perSecond: number, each: (share: number) => void): Promise<void>;
}

/** A gaming mouse tells more, a plain one tells this often. */
export const mouseHertz = 125;
/** A held key repeats so often. */
export const keyHertz = 30;
export const wheelHertz = 60;

export function createHand(session: CDPSession): Hand {
  let button: 'none' | 'left' | 'middle' = 'none';
  const mouse = (type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', at: At): Promise<unknown> =>
    session.send('Input.dispatchMouseEvent', {
      type,
      ...at,
      button,
      buttons: button === 'left' ? 1 : button === 'middle' ? 4 : 0,
      clickCount: type === 'mouseMoved' ? 0 : 1,
    });
  const sent = new Set<Promise<unknown>>();
  const forget = (event: Promise<unknown>): void => {
    const done = event.catch(() => undefined).finally(() => sent.delete(done));
    sent.add(done);
  };
  return {
    move: (at) => forget(mouse('mouseMoved', at)),
    async press(at, with_ = 'left') {
      await mouse('mouseMoved', at);
      button = with_;
      await mouse('mousePressed', at);
    },
    async release(at) {
      await mouse('mouseReleased', at);
      button = 'none';
    },
    wheel: (at, deltaY) => forget(session.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, deltaX: 0, deltaY })),
    key(key) {
      const event = { key, code: key, windowsVirtualKeyCode: 9 };
      forget(session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event }));
      forget(session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event }));
    },
    async settled() {
      await Promise.all(sent);
    },
    during: (ms, perSecond, each) =>
      new Promise((resolve) => {
        const began = performance.now();
        const timer = setInterval(() => {
          const share = (performance.now() - began) / ms;
          if (share < 1) return each(share);
          clearInterval(timer);
          resolve();
        }, 1_000 / perSecond);
      }),
  };
}
