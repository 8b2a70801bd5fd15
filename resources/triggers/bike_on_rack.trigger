# Scenario: a detector sees two road users where there is one. The bicycle's box lies in the vehicle's.
# ioa, not iou: a small bicycle on a large car has ioa 1.0 and iou 0.09.
group vehicle = car | truck | bus

trigger bike_on_rack {
  when exists b: bicycle, c: vehicle where ioa(b, c) >= 0.6 and b.score > 0.4 and c.score > 0.4
  severity ioa(b, c) * b.score
  guideline "A bicycle carried by a vehicle belongs to the vehicle: one box, the vehicle's."
  fixture "on a rack" fires { bicycle 420 300 90 60 0.81   car 300 220 330 210 0.93 }
  fixture "on a roof" fires { bicycle 500 180 120 60 0.55   car 420 190 400 200 0.97 }
  fixture "beside it" silent { bicycle 700 300 90 60 0.81   car 300 220 330 210 0.93 }
  fixture "passing in front" silent { bicycle 560 330 140 110 0.9   car 300 220 330 210 0.93 }
  fixture "hardly a bicycle" silent { bicycle 420 300 90 60 0.2   car 300 220 330 210 0.93 }
}
