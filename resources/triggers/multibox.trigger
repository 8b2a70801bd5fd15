# Rarity: one object boxed many times. Two cars that overlap are normal, three that all overlap each other are not.

trigger multibox {
  when exists a: any, b: any, c: any
    where a.category = b.category and b.category = c.category and iou(a, b) > 0.5 and iou(b, c) > 0.5 and iou(a, c) > 0.5
  severity (iou(a, b) + iou(b, c) + iou(a, c)) / 3
  guideline "One object has one box: keep the one that fits best and delete the others."
  fixture "one car, three boxes" fires { car 300 200 200 120 0.9   car 310 205 200 120 0.7   car 295 195 210 125 0.5 }
  fixture "two boxes" silent { car 300 200 200 120 0.9   car 310 205 200 120 0.7 }
  fixture "three cars in a row" silent { car 300 200 200 120 0.9   car 440 205 200 120 0.7   car 580 195 210 125 0.5 }
  fixture "three categories" silent { car 300 200 200 120 0.9   truck 310 205 200 120 0.7   bus 295 195 210 125 0.5 }
}
