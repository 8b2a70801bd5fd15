# Source disagreement: label and prediction mean the same object and do not agree where it is.
# A label that another prediction fits well is left out: beside it stands a neighbour.

trigger badly_located {
  when exists g: any@gt, d: any where d.category = g.category and d.score > 0.5 and iou(g, d) > 0.1 and iou(g, d) < 0.5
    and not exists e: any where e.category = g.category and iou(g, e) >= 0.5
  severity d.score * (1 - iou(g, d))
  guideline "Make the box fit the visible object on all four sides."
  fixture "half of it" fires { car 300 200 300 180 @gt   car 300 200 130 170 0.9 }
  fixture "fits" silent { car 300 200 300 180 @gt   car 305 205 300 180 0.9 }
  fixture "a neighbour" silent { car 300 200 300 180 @gt   car 305 205 300 180 0.9   car 520 200 300 180 0.9 }
  fixture "somewhere else" silent { car 300 200 300 180 @gt   car 800 200 300 180 0.9 }
}
