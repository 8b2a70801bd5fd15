# Scenario: a motorcycle without anybody near it: parked, or a rider that was missed.

trigger riderless_motorcycle {
  when exists m: motorcycle where m.area > 1024px2 and not exists p: person where ioa(p, expand(m, 0.5)) > 0.3
  severity m.area / (frame.width * frame.height)
  guideline "If somebody rides it, label the person; if it is parked, leave it."
  fixture "nobody" fires { motorcycle 500 300 120 100 0.9 }
  fixture "somebody far away" fires { motorcycle 500 300 120 100 0.9   person 900 250 60 160 0.9 }
  fixture "ridden" silent { motorcycle 500 300 120 100 0.9   person 530 230 60 150 0.9 }
  fixture "too small to tell" silent { motorcycle 500 300 30 25 0.9 }
}
