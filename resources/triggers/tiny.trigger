# Rarity: an object of less than 0.3 % of the frame's area.

trigger tiny {
  when exists b: any where b.area < 0.3%
  guideline "Label it only if the policy asks for objects of this size; otherwise mark it ignore."
  fixture "far away" fires { car 640 300 40 30 }
  fixture "near enough" silent { car 640 300 80 60 }
}
