# Rarity: a frame with an object of which the dataset has too few. Put your own rare categories into the group.
group rare = motorcycle | bus | truck

trigger rare_category {
  when exists b: rare
  guideline "Label the whole frame with care: every object of this category counts."
  fixture "one of them" fires { motorcycle 500 300 120 100 0.7   car 100 300 200 120 0.9 }
  fixture "none of them" silent { car 100 300 200 120 0.9 }
}
