"""Trains the demo's street detector from scratch and writes it as ONNX.

    node resources/demo/training/renderFrames.ts CACHE 0 4000
    python resources/demo/training/train.py --cache CACHE --minutes 45 --out resources/demo/streetDetector.onnx

FIGURES.md has the commands and versions that the committed network was made with. Neither the product nor its tests need Python.
Output of the network: [batch, 4 + categories, anchors]: cx, cy, w, h in input pixels, then one sigmoid score per category, the layout of
Ultralytics YOLOv8. Assignment: task-aligned (Feng et al. 2021, TOOD); boxes: CIoU (Zheng et al. 2020); scores: binary cross-entropy.
"""

import argparse, copy, glob, json, math, os, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = json.load(open(os.path.join(HERE, 'settings.json')))
CATEGORIES = SETTINGS['categories']
NC = len(CATEGORIES)
W, H = SETTINGS['input']['width'], SETTINGS['input']['height']
STRIDES = (8, 16, 32)


class Conv(nn.Sequential):
    def __init__(self, i, o, k=1, s=1, g=1):
        super().__init__(nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False), nn.BatchNorm2d(o, eps=1e-3, momentum=0.03), nn.SiLU(inplace=True))


class Block(nn.Module):
    """Cross-stage partial block: half of the channels go through residual 3x3 pairs."""

    def __init__(self, i, o, n=1, residual=True):
        super().__init__()
        c = o // 2
        self.first, self.last = Conv(i, 2 * c), Conv((2 + n) * c, o)
        self.inner = nn.ModuleList(nn.Sequential(Conv(c, c, 3), Conv(c, c, 3)) for _ in range(n))
        self.residual = residual

    def forward(self, x):
        parts = list(self.first(x).chunk(2, 1))
        for pair in self.inner:
            y = pair(parts[-1])
            parts.append(parts[-1] + y if self.residual else y)
        return self.last(torch.cat(parts, 1))


class Pool(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.first, self.last = Conv(c, c // 2), Conv(c * 2, c)

    def forward(self, x):
        x = self.first(x)
        a = F.max_pool2d(x, 5, 1, 2)
        b = F.max_pool2d(a, 5, 1, 2)
        return self.last(torch.cat((x, a, b, F.max_pool2d(b, 5, 1, 2)), 1))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        a, b, c, d, e = 16, 32, 48, 80, 112
        self.stem = nn.Sequential(Conv(3, a, 3, 2), Conv(a, b, 3, 2))
        self.p3 = nn.Sequential(Conv(b, c, 3, 2), Block(c, c))
        self.p4 = nn.Sequential(Conv(c, d, 3, 2), Block(d, d))
        self.p5 = nn.Sequential(Conv(d, e, 3, 2), Block(e, e), Pool(e))
        self.up4, self.up3 = Block(e + d, d, 1, False), Block(d + c, c, 1, False)
        self.down4, self.down5 = Conv(c, c, 3, 2), Conv(d, d, 3, 2)
        self.out4, self.out5 = Block(c + d, d, 1, False), Block(d + e, e, 1, False)
        widths = (c, d, e)
        self.box = nn.ModuleList(nn.Sequential(Conv(w, 32), Conv(32, 32, 3), nn.Conv2d(32, 4, 1)) for w in widths)
        self.cls = nn.ModuleList(nn.Sequential(Conv(w, 32), Conv(32, 32, 3), nn.Conv2d(32, NC, 1)) for w in widths)
        for level, s in enumerate(STRIDES):
            self.box[level][-1].bias.data.fill_(1.0)
            self.cls[level][-1].bias.data.fill_(math.log(5 / NC / (W * H / s / s)))

    def raw(self, x):
        x = self.stem(x)
        p3 = self.p3(x)
        p4 = self.p4(p3)
        p5 = self.p5(p4)
        n4 = self.up4(torch.cat((F.interpolate(p5, scale_factor=2.0, mode='nearest'), p4), 1))
        n3 = self.up3(torch.cat((F.interpolate(n4, scale_factor=2.0, mode='nearest'), p3), 1))
        n4 = self.out4(torch.cat((self.down4(n3), n4), 1))
        n5 = self.out5(torch.cat((self.down5(n4), p5), 1))
        box = torch.cat([self.box[i](f).flatten(2) for i, f in enumerate((n3, n4, n5))], 2)
        cls = torch.cat([self.cls[i](f).flatten(2) for i, f in enumerate((n3, n4, n5))], 2)
        return box, cls

    def forward(self, x):
        """What is exported: boxes in input pixels, scores."""
        box, cls = self.raw(x)
        points, strides = anchors()
        side = F.softplus(box) * strides
        lt, rb = points.t() - side[:, :2], points.t() + side[:, 2:]
        return torch.cat(((lt + rb) / 2, rb - lt, cls.sigmoid()), 1)


_anchors = None


def anchors():
    global _anchors
    if _anchors is None:
        points, strides = [], []
        for s in STRIDES:
            ys, xs = torch.meshgrid(torch.arange(H // s), torch.arange(W // s), indexing='ij')
            points.append(torch.stack((xs.flatten() + 0.5, ys.flatten() + 0.5), 1) * s)
            strides.append(torch.full((xs.numel(),), float(s)))
        _anchors = torch.cat(points).float(), torch.cat(strides)
    return _anchors


def iou_xyxy(a, b, complete=False):
    """IoU of broadcastable corner boxes; `complete` adds CIoU's terms."""
    lt, rb = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    inter = (rb - lt).clamp(min=0).prod(-1)
    wa, wb = (a[..., 2:] - a[..., :2]).clamp(min=1e-3), (b[..., 2:] - b[..., :2]).clamp(min=1e-3)
    iou = inter / (wa.prod(-1) + wb.prod(-1) - inter + 1e-7)
    if not complete:
        return iou
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    centre = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) ** 2).sum(-1) / 4
    v = 4 / math.pi**2 * (torch.atan(wb[..., 0] / wb[..., 1]) - torch.atan(wa[..., 0] / wa[..., 1])) ** 2
    with torch.no_grad():
        alpha = v / (v - iou + 1 + 1e-7)
    return iou - centre / ((hull**2).sum(-1) + 1e-7) - alpha * v


@torch.no_grad()
def assign(boxes, scores, gt, valid, topk=10, alpha=0.5, beta=6.0):
    """boxes [B,N,4], scores [B,N,C], gt [B,M,5] (category, corners), valid [B,M] -> which gt per anchor (-1 none), soft score."""
    points, strides = anchors()
    category = gt[..., 0].long()
    corners = gt[..., 1:]
    # Centres inside the box; small boxes are widened so that each has anchors.
    size = (corners[..., 2:] - corners[..., :2]) / 2
    middle = (corners[..., 2:] + corners[..., :2]) / 2
    reach = size.clamp(min=STRIDES[0] * 0.75)
    inside = ((points[None, None] - middle[:, :, None]).abs() < reach[:, :, None]).all(-1) & valid[..., None]
    iou = iou_xyxy(corners[:, :, None], boxes[:, None]).clamp(min=0)
    score = torch.gather(scores.transpose(1, 2), 1, category[..., None].expand(-1, -1, scores.shape[1]))
    metric = (score.pow(alpha) * (iou + 1e-3).pow(beta)) * inside
    best = metric.topk(topk, -1).indices
    chosen = torch.zeros_like(metric, dtype=torch.bool).scatter_(-1, best, True) & inside
    claimed = torch.where(chosen, iou + 1e-4, torch.full_like(iou, -1.0))
    top, index = claimed.max(1)
    index = torch.where(top > 0, index, torch.full_like(index, -1))
    won = torch.zeros_like(chosen).scatter_(1, index.clamp(min=0)[:, None], True) & chosen & (index >= 0)[:, None]
    metric = metric * won
    peak = metric.amax(-1, keepdim=True)
    high = (iou * won).amax(-1, keepdim=True)
    soft = (metric / (peak + 1e-9) * high).amax(1)
    return index, soft


def loss_of(model, images, gt, valid):
    box, cls = model.raw(images)
    box, cls = box.float(), cls.float().transpose(1, 2)
    points, strides = anchors()
    side = (F.softplus(box) * strides).transpose(1, 2)
    boxes = torch.cat((points - side[..., :2], points + side[..., 2:]), -1)
    index, soft = assign(boxes.detach(), cls.detach().sigmoid(), gt, valid)
    positive = index >= 0
    target = torch.zeros_like(cls)
    matched = torch.gather(gt, 1, index.clamp(min=0)[..., None].expand(-1, -1, 5))
    target.scatter_(-1, matched[..., :1].long(), torch.where(positive, soft, torch.zeros_like(soft))[..., None])
    total = target.sum().clamp(min=1)
    loss_cls = F.binary_cross_entropy_with_logits(cls, target, reduction='sum') / total
    weight = soft[positive]
    loss_box = ((1 - iou_xyxy(boxes[positive], matched[positive][:, 1:], True)) * weight).sum() / total
    return loss_cls + 6.0 * loss_box, loss_cls.item(), loss_box.item()


class Frames:
    def __init__(self, cache):
        w, h = SETTINGS['data']['width'], SETTINGS['data']['height']
        self.images, self.labels = [], []
        for path in sorted(glob.glob(os.path.join(cache, '*.json')), key=lambda p: int(os.path.basename(p)[:-5])):
            labels = json.load(open(path))
            pixels = np.memmap(path[:-4] + 'rgb', np.uint8, 'r').reshape(-1, h, w, 3)
            for i, one in enumerate(labels):
                self.images.append(pixels[i])
                boxes = np.array(one, np.float32).reshape(-1, 5)
                boxes[:, 3:] += boxes[:, 1:3]
                self.labels.append(boxes)
        self.pad = (H - h) // 2

    def batch(self, indices, rng=None):
        h = self.images[0].shape[0]
        x = torch.full((len(indices), 3, H, W), 114 / 255)
        for k, i in enumerate(indices):
            x[k, :, self.pad : self.pad + h] = torch.from_numpy(np.array(self.images[i])).permute(2, 0, 1) / 255.0
        boxes = [self.labels[i].copy() for i in indices]
        for b in boxes:
            b[:, [2, 4]] += self.pad
        if rng is not None:
            x, boxes = augment(x, boxes, rng)
        most = max(1, max(len(b) for b in boxes))
        gt, valid = torch.zeros(len(indices), most, 5), torch.zeros(len(indices), most, dtype=torch.bool)
        for k, b in enumerate(boxes):
            gt[k, : len(b)] = torch.from_numpy(b)
            valid[k, : len(b)] = True
        return x, gt, valid


def augment(x, boxes, rng):
    n = x.shape[0]
    flip = rng.random(n) < 0.5
    scale = np.where(rng.random(n) < 0.6, np.exp(rng.uniform(math.log(0.8), math.log(1.35), n)), 1.0)
    tx, ty = rng.uniform(-0.12, 0.12, n) * (scale != 1), rng.uniform(-0.1, 0.1, n) * (scale != 1)
    theta = torch.zeros(n, 2, 3)
    for k in range(n):
        sx = (-1 if flip[k] else 1) / scale[k]
        theta[k] = torch.tensor([[sx, 0, tx[k] * (-1 if flip[k] else 1)], [0, 1 / scale[k], ty[k]]])
    changed = torch.from_numpy(flip | (scale != 1))
    if changed.any():
        grid = F.affine_grid(theta[changed], [int(changed.sum()), 3, H, W], align_corners=False)
        x[changed] = F.grid_sample(x[changed] - 114 / 255, grid, mode='bilinear', padding_mode='zeros', align_corners=False) + 114 / 255
    for k, b in enumerate(boxes):
        if not len(b):
            continue
        # Input coordinate u in [-1, 1] of an output coordinate v: u = v * s + t, so v = (u - t) / s.
        for lo, hi, size, row in ((1, 3, W, 0), (2, 4, H, 1)):
            s, t = float(theta[k, row, row]), float(theta[k, row, 2])
            a, c = ((b[:, lo] / size * 2 - 1) - t) / s, ((b[:, hi] / size * 2 - 1) - t) / s
            b[:, lo], b[:, hi] = (np.minimum(a, c) + 1) / 2 * size, (np.maximum(a, c) + 1) / 2 * size
        area = (b[:, 3] - b[:, 1]) * (b[:, 4] - b[:, 2])
        b[:, [1, 3]] = b[:, [1, 3]].clip(0, W)
        b[:, [2, 4]] = b[:, [2, 4]].clip(0, H)
        kept = (b[:, 3] - b[:, 1]) * (b[:, 4] - b[:, 2]) / np.maximum(area, 1e-3)
        boxes[k] = b[(kept > 0.3) & (b[:, 3] - b[:, 1] > 3) & (b[:, 4] - b[:, 2] > 4)]
    gain = torch.from_numpy(rng.uniform(0.8, 1.2, (n, 1, 1, 1))).float()
    tint = torch.from_numpy(rng.uniform(0.93, 1.07, (n, 3, 1, 1))).float()
    lift = torch.from_numpy(rng.uniform(-0.06, 0.06, (n, 1, 1, 1))).float()
    x = x * gain * tint + lift
    soft = torch.from_numpy(rng.random(n) < 0.25)
    if soft.any():
        x[soft] = F.avg_pool2d(F.pad(x[soft], (0, 1, 0, 1), mode='replicate'), 2, 1)
    if rng.random() < 0.3:
        x = x + torch.randn_like(x) * rng.uniform(0, 0.03)
    return x.clamp(0, 1), boxes


def export(model, path):
    import onnx

    model = copy.deepcopy(model).eval()
    torch.onnx.export(
        model, (torch.zeros(1, 3, H, W),), path, input_names=['images'], output_names=['output0'], opset_version=17,
        dynamic_axes={'images': {0: 'batch'}, 'output0': {0: 'batch'}}, dynamo=False,
    )
    graph = onnx.load(path)
    for key, value in {
        'description': 'Hardcase demo street detector', 'license': 'Apache-2.0', 'task': 'detect', 'stride': str(max(STRIDES)), 'batch': '1',
        'imgsz': str([H, W]), 'names': str({i: name for i, name in enumerate(CATEGORIES)}),
    }.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--cache', required=True)
    p.add_argument('--out', required=True)
    p.add_argument('--minutes', type=float, default=45)
    p.add_argument('--batch', type=int, default=8)
    p.add_argument('--rate', type=float, default=2e-3)
    p.add_argument('--threads', type=int, default=1)
    p.add_argument('--close', type=int, default=0, help='how many of the last frames are close-ups: they count three times')
    p.add_argument('--resume')
    p.add_argument('--bf16', action='store_true')
    p.add_argument('--checkpoint', default='street.pt')
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    frames = Frames(args.cache)
    held = 200
    train = np.concatenate([np.arange(held, len(frames.images))] + [np.arange(len(frames.images) - args.close, len(frames.images))] * 2)
    model = Detector().to(memory_format=torch.channels_last)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    if len(train) < args.batch:
        p.error(f'{len(frames.images)} frames: {held} are held out, the rest is less than a batch')
    print(len(frames.images), 'frames,', sum(q.numel() for q in model.parameters()), 'parameters', flush=True)
    average = copy.deepcopy(model).eval()
    decay = [q for n, q in model.named_parameters() if q.ndim > 1]
    plain = [q for n, q in model.named_parameters() if q.ndim <= 1]
    optimizer = torch.optim.AdamW([{'params': decay, 'weight_decay': 0.02}, {'params': plain, 'weight_decay': 0}], lr=args.rate)
    begin, step, epoch, done = time.time(), 0, 0, False
    while not done:
        order = rng.permutation(train)
        sums = np.zeros(3)
        model.train()
        for at in range(0, len(order) - args.batch + 1, args.batch):
            share = (time.time() - begin) / (args.minutes * 60)
            if share >= 1:
                done = True
                break
            rate = args.rate * min(1, (step + 1) / 80) * (0.5 * (1 + math.cos(math.pi * share)) * 0.98 + 0.02)
            for group in optimizer.param_groups:
                group['lr'] = rate
            x, gt, valid = frames.batch(order[at : at + args.batch], rng)
            x = x.to(memory_format=torch.channels_last)
            with torch.autocast('cpu', torch.bfloat16, enabled=args.bf16):
                loss, a, b = loss_of(model, x, gt, valid)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            step += 1
            keep = min(0.998, step / (step + 50))
            with torch.no_grad():
                for q, r in zip(average.state_dict().values(), model.state_dict().values()):
                    if q.dtype.is_floating_point:
                        q.mul_(keep).add_(r, alpha=1 - keep)
                    else:
                        q.copy_(r)
            sums += (a, b, 1)
            if step % 200 == 0:
                torch.save(average.state_dict(), args.checkpoint)
            if step % 50 == 0:
                print(f'step {step} {time.time() - begin:.0f}s {step * args.batch / (time.time() - begin):.1f} img/s cls {sums[0] / sums[2]:.3f} box {sums[1] / sums[2]:.4f} rate {rate:.5f}', flush=True)
        epoch += 1
        torch.save(average.state_dict(), args.checkpoint)
        with torch.no_grad():
            losses = [loss_of(average, *frames.batch(range(k, k + 20)))[1:] for k in range(0, held, 20)]
        print(f'epoch {epoch}: held-out cls {np.mean([l[0] for l in losses]):.3f} box {np.mean([l[1] for l in losses]):.4f}', flush=True)
    export(average, args.out)
    print('written', args.out, os.path.getsize(args.out), 'bytes, steps', step, flush=True)


if __name__ == '__main__':
    main()
