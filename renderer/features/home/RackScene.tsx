import { useId } from 'react';

const car = '#e69f00';
const bicycle = '#f0e442';

/** The demo's case as a drawing: a car seen from behind, a bicycle on its rack. Step 1: two boxes; 2: the trigger fires; 3: one box after the fix. */
export function RackScene({ step, label }: { readonly step: 1 | 2 | 3; readonly label: string }) {
  const id = useId();
  return (
    <svg className="im" viewBox="0 0 360 240" role="img" aria-label={label}>
      <defs>
        <linearGradient id={`${id}s`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#7d93ad" />
          <stop offset="1" stopColor="#c9c3b4" />
        </linearGradient>
        <linearGradient id={`${id}r`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#6c6e72" />
          <stop offset="1" stopColor="#4b4d51" />
        </linearGradient>
        <linearGradient id={`${id}c`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#34506e" />
          <stop offset="1" stopColor="#1f3147" />
        </linearGradient>
        <g id={`${id}b`} fill="none" stroke="#14171c" strokeWidth="3.4" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="-36" cy="10" r="21" />
          <circle cx="36" cy="10" r="21" />
          <path d="M-36 10 L-14 -20 L22 -20 L4 10 Z M-14 -20 L4 10 M22 -20 L36 10 M22 -20 L19 -31 L29 -33 M-14 -20 L-18 -29 M-25 -30 H-11" />
        </g>
      </defs>
      <rect width="360" height="128" fill={`url(#${id}s)`} />
      <g fill="#8d9a86">
        <path d="M0 128 V84 q20 -18 44 -6 q20 -22 50 -6 q16 -8 26 6 V128 Z" />
        <path d="M250 128 V78 q24 -20 50 -4 q22 -18 60 4 V128 Z" />
      </g>
      <g fill="#b7a793">
        <rect x="0" y="52" width="46" height="76" />
        <rect x="312" y="40" width="48" height="88" />
      </g>
      <g fill="#6f7f92">
        {[0, 1, 2].map((row) => [8, 26].map((x) => <rect key={`${row} ${x}`} x={x} y={62 + row * 20} width="10" height="12" />))}
        {[0, 1, 2, 3].map((row) => [320, 340].map((x) => <rect key={`${row} ${x}`} x={x} y={50 + row * 18} width="11" height="11" />))}
      </g>
      <path d="M0 128 H360 V240 H0 Z" fill={`url(#${id}r)`} />
      <path d="M0 128 H360 V136 H0 Z" fill="#8f8b82" />
      <g fill="#d9d4c4" opacity="0.75">
        <path d="M40 240 L84 150 H88 L54 240 Z" />
        <path d="M320 240 L276 150 H272 L306 240 Z" />
      </g>
      <ellipse cx="180" cy="216" rx="104" ry="10" fill="#000" opacity="0.35" />
      <rect x="92" y="182" width="26" height="34" rx="6" fill="#15181d" />
      <rect x="242" y="182" width="26" height="34" rx="6" fill="#15181d" />
      <path
        d="M84 196 V140 q2 -10 14 -12 l18 -42 q4 -10 18 -10 h92 q14 0 18 10 l18 42 q12 2 14 12 v56 q0 6 -8 6 H92 q-8 0 -8 -6 Z"
        fill={`url(#${id}c)`}
      />
      <path d="M122 126 l14 -34 q2 -4 8 -4 h72 q6 0 8 4 l14 34 Z" fill="#9fb6c9" opacity="0.85" />
      <rect x="90" y="138" width="26" height="16" rx="4" fill="#c7423a" />
      <rect x="244" y="138" width="26" height="16" rx="4" fill="#c7423a" />
      <rect x="158" y="178" width="44" height="13" rx="2" fill="#e7e4d8" />
      <path d="M140 120 V176 M220 120 V176" stroke="#0c0e11" strokeWidth="4" />
      <use href={`#${id}b`} x="180" y="150" />
      {step === 2 && <rect x="116" y="114" width="128" height="70" fill={bicycle} opacity="0.16" />}
      <Boxed x={78} y={70} w={204} h={150} color={car} label={step === 3 ? 'car' : 'car .93'} dashed={step !== 3} />
      {step !== 3 && <Boxed x={116} y={114} w={128} h={70} color={bicycle} label="bicycle .81" dashed />}
    </svg>
  );
}

function Boxed({
  x,
  y,
  w,
  h,
  color,
  label,
  dashed,
}: {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly color: string;
  readonly label: string;
  readonly dashed: boolean;
}) {
  const width = label.length * 6.4 + 9;
  return (
    <g>
      <rect x={x} y={y} width={w} height={h} fill="none" stroke="#000" strokeOpacity="0.45" strokeWidth="3.4" />
      <rect x={x} y={y} width={w} height={h} fill="none" stroke={color} strokeWidth="1.8" strokeDasharray={dashed ? '6 4' : undefined} />
      <rect x={x - 0.9} y={y - 17} width={width} height="16.5" rx="2.5" fill={color} />
      <text x={x + 3.5} y={y - 4.8} fontSize="11.5" fontWeight="600" fill="#101010">
        {label}
      </text>
    </g>
  );
}
