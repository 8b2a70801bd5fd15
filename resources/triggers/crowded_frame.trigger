# Scenario: thirty objects or more on one frame.

trigger crowded_frame {
  when count(b: any) >= 30
  severity count(b: any)
  guideline "Label every object, also the half hidden ones; mark groups that cannot be told apart as crowd."
  fixture "a crossing" fires {
    person 20 40 30 80   person 80 40 30 80   person 140 40 30 80   person 200 40 30 80   person 260 40 30 80   person 320 40 30 80   person 380 40 30 80   person 440 40 30 80   person 500 40 30 80   person 560 40 30 80
    person 20 170 30 80   person 80 170 30 80   person 140 170 30 80   person 200 170 30 80   person 260 170 30 80   person 320 170 30 80   person 380 170 30 80   person 440 170 30 80   person 500 170 30 80   person 560 170 30 80
    person 20 300 30 80   person 80 300 30 80   person 140 300 30 80   person 200 300 30 80   person 260 300 30 80   person 320 300 30 80   person 380 300 30 80   person 440 300 30 80   person 500 300 30 80   person 560 300 30 80
  }
  fixture "a few people" silent { person 20 40 30 80   person 80 40 30 80   person 140 40 30 80   person 200 40 30 80   person 260 40 30 80   person 320 40 30 80 }
}
