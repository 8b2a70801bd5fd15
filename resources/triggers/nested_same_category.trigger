# Rarity: a box in a box of its own category, often a part labeled beside the whole.

trigger nested_same_category {
  when exists a: any, b: any where a.category = b.category and ioa(a, b) >= 0.85
  guideline "Keep the box of the whole object; two boxes only where there are two objects, one behind the other."
  fixture "a part and the whole" fires { car 300 200 300 180   car 320 220 120 90 }
  fixture "one behind the other" silent { car 300 200 300 180   car 520 190 200 120 }
  fixture "two categories" silent { bus 300 200 300 180   car 320 220 120 90 }
}
