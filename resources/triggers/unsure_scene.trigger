# Rarity: a frame on which the model is of two minds about many objects. Set the band around the threshold it is deployed with.

trigger unsure_scene {
  when count(d: any where d.score in [0.3, 0.6]) >= 5
  severity count(d: any where d.score in [0.3, 0.6])
  guideline "Label the whole frame: nearly every box of it teaches something."
  fixture "five doubts" fires {
    car 100 200 90 60 0.3   car 300 200 90 60 0.4   person 500 200 40 90 0.45   person 600 200 40 90 0.5   bus 700 200 200 120 0.6
  }
  fixture "sure of it" silent {
    car 100 200 90 60 0.9   car 300 200 90 60 0.8   person 500 200 40 90 0.7   person 600 200 40 90 0.5   bus 700 200 200 120 0.6
  }
}
