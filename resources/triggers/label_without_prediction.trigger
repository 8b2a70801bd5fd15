# Source disagreement: a label that the model does not find: a hard object, or a label too many.

trigger label_without_prediction {
  when exists g: any@gt where not g.ignore and not g.crowd
    and not exists d: any where d.category = g.category and d.score > 0.3 and iou(d, g) >= 0.5
  severity g.area / (frame.width * frame.height)
  guideline "Keep the label if the object is there; such frames belong into the next training set."
  fixture "missed" fires { person 500 200 60 160 @gt   car 100 300 200 120 0.9 }
  fixture "found with low score" fires { person 500 200 60 160 @gt   person 500 200 60 160 0.1 }
  fixture "found" silent { person 500 200 60 160 @gt   person 505 205 60 160 0.8 }
}
