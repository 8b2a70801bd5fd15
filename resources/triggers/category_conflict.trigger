# Rarity: one place, two categories. Suppression within a category leaves such pairs behind.

trigger category_conflict {
  when exists a: any, b: any where a.category != b.category and iou(a, b) >= 0.9
  guideline "Keep the box with the right category and delete the other."
  fixture "car or truck" fires { car 300 200 300 180 0.6   truck 302 198 300 180 0.5 }
  fixture "a rider" silent { person 300 200 80 200 0.9   bicycle 280 280 120 140 0.9 }
  fixture "twice a car" silent { car 300 200 300 180 0.6   car 302 198 300 180 0.5 }
}
