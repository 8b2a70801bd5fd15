# Rarity: the same object labeled twice.

trigger duplicate {
  when exists a: any, b: any where a.category = b.category and iou(a, b) >= 0.9
  guideline "Delete one of the two boxes."
  fixture "twice the same" fires { person 500 200 80 200   person 501 202 80 200 }
  fixture "neighbours" silent { person 500 200 80 200   person 530 200 80 200 }
  fixture "two categories" silent { person 500 200 80 200   bicycle 501 202 80 200 }
}
