# Rarity: a box that lies wholly in a box of another category: carried, driven, worn, or a label of the wrong kind.

trigger cross_category_containment {
  when exists a: any, b: any where a.category != b.category and contains(a, b)
  severity iou(a, b)
  guideline "Decide by the labeling policy whether the inner object has a box of its own."
  fixture "a driver" fires { car 300 200 300 180   person 380 220 60 70 }
  fixture "standing before it" silent { car 300 200 300 180   person 380 220 60 240 }
  fixture "same category" silent { car 300 200 300 180   car 380 220 60 70 }
}
