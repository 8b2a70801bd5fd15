import { type Rgb, css } from './color.ts';
import { hazed, lit } from './light.ts';
import { type Picture, digits } from './picture.ts';
import type { SequencePlan } from './sequencePlan.ts';

/** Sky, sun or moon, clouds, and the ridges on the horizon. */
export function drawSky(picture: Picture, plan: SequencePlan): void {
  const { width, height, camera, light } = picture;
  const h = camera.horizonY;
  picture.raw(`<rect width="${width}" height="${digits(h + 2)}" fill="url(#sky)"/>`);
  if (light.name === 'night') {
    plan.street.hills.forEach((share, i) => {
      const other = plan.street.hills[(i * 7 + 3) % plan.street.hills.length] ?? 0.5;
      picture.raw(
        `<circle cx="${digits(share * width)}" cy="${digits(other * h * 0.7)}" r="${digits(width * (0.0006 + 0.0008 * other))}" fill="#fff" opacity="${digits(0.2 + share * 0.6)}"/>`,
      );
    });
  }
  const { disc } = light;
  if (disc !== undefined) {
    const [x, y, r] = [disc.x * width, disc.y * h, disc.radius * width];
    picture.raw(`<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(r * 9)}" fill="url(#sunGlow)" opacity="${disc.glow}"/>`);
    picture.raw(`<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(r)}" fill="${css(disc.color)}"/>`);
  }
  for (const cloud of plan.street.clouds) {
    for (let i = 0; i < 3; i++) {
      picture.raw(
        `<ellipse cx="${digits((cloud.x + (i - 1) * cloud.w * 0.32) * width)}" cy="${digits((cloud.y + (i === 1 ? -cloud.h * 0.35 : cloud.h * 0.2)) * h)}" rx="${digits(cloud.w * width * (i === 1 ? 0.5 : 0.42))}" ry="${digits(cloud.h * height * (i === 1 ? 1.1 : 0.75))}" fill="url(#cloud)" opacity="${digits(cloud.opacity)}"/>`,
      );
    }
  }
  // Three ridges: far hills, a town, trees; each nearer one less hazy.
  const ridge = (base: Rgb, depth: number, high: number, phase: number, steps: boolean): void => {
    const hills = plan.street.hills;
    let path = `M-5 ${digits(h + 3)}`;
    const n = 28;
    for (let i = 0; i <= n; i++) {
      const x = -5 + ((width + 10) * i) / n;
      const share = hills[(i + phase) % hills.length] ?? 0.5;
      const before = hills[(i + phase + 39) % hills.length] ?? 0.5;
      const smooth = steps ? share : (share + before) / 2;
      const y = h - height * high * (0.35 + 0.65 * smooth);
      path += steps
        ? `L${digits(x)} ${digits(y)}L${digits(x + (width + 10) / n)} ${digits(y)}`
        : `${i === 0 ? 'L' : 'S'}${i === 0 ? '' : `${digits(x - width / n / 2)} ${digits(y)} `}${digits(x)} ${digits(y)}`;
    }
    const shade = hazed(light, lit(light, base, [0, 0.5, -0.8], depth), depth);
    picture.raw(`<path d="${path}L${width + 5} ${digits(h + 3)}Z" fill="${css(shade)}"/>`);
  };
  ridge([70, 92, 96], 420, 0.12, 5, false);
  ridge([126, 120, 116], 250, 0.075, 0, true);
  ridge([62, 88, 56], 170, 0.055, 17, false);
  picture.raw(`<rect y="${digits(h - height * 0.09)}" width="${width}" height="${digits(height * 0.12)}" fill="url(#haze)" opacity=".8"/>`);
}

/** What lies over everything: rain, and the dark rim of the lens. */
export function drawAir(picture: Picture, plan: SequencePlan, index: number): void {
  const { width, height, light } = picture;
  if (light.name === 'wet') {
    let path = '';
    plan.street.hills.forEach((share, i) => {
      const x = ((share * 7 + index * 0.37 + i * 0.173) % 1) * width;
      const y = ((share * 13 + index * 0.61 + i * 0.311) % 1) * height;
      path += `M${digits(x)} ${digits(y)}l${digits(-width * 0.004)} ${digits(height * (0.02 + 0.03 * share))}`;
    });
    picture.raw(`<path d="${path}" stroke="#fff" stroke-width="${digits(Math.max(0.5, width / 960))}" opacity=".22" fill="none"/>`);
  }
  picture.raw(`<rect width="${width}" height="${height}" fill="url(#vignette)"/>`);
}
