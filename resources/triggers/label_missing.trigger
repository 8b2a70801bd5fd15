# Source disagreement: a confident prediction where no label is near. Look at it before you believe the labels.

trigger label_missing {
  when exists d: any where d.score > 0.5 and max(g: any@gt : iou(d, g)) < 0.1
  severity d.score
  guideline "Label the object if it is there; if it is not, the model learns from this frame as it is."
  fixture "not labeled" fires { person 500 200 60 160 0.9   car 100 300 200 120 @gt }
  fixture "nothing labeled" fires { person 500 200 60 160 0.9 }
  fixture "labeled" silent { person 500 200 60 160 0.9   person 505 205 60 160 @gt }
  fixture "hardly a prediction" silent { person 500 200 60 160 0.2   car 100 300 200 120 @gt }
}
