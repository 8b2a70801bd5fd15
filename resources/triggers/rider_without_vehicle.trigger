# Scenario: a rider, but nothing that is ridden.
group cycle = bicycle | motorcycle

trigger rider_without_vehicle {
  when exists r: rider where not exists v: cycle where ioa(v, expand(r, 0.5)) > 0.3
  guideline "Label what the rider rides, or make the rider a person."
  fixture "on foot" fires { rider 500 200 60 160 }
  fixture "its bicycle stands elsewhere" fires { rider 500 200 60 160   bicycle 900 300 120 90 }
  fixture "on a bicycle" silent { rider 500 200 60 160   bicycle 470 270 120 110 }
  fixture "on a motorcycle" silent { rider 500 200 60 160   motorcycle 460 260 150 120 }
}
