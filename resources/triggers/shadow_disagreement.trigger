# Source disagreement: what the candidate sees and the deployed model does not, that is, what would change if it were deployed.

trigger shadow_disagreement {
  when exists d: any@candidate where d.score > 0.6
    and not exists e: any@deployed where e.category = d.category and iou(d, e) >= 0.5
  severity d.score
  guideline "Label the frame from scratch: one of the two models is wrong here."
  fixture "only the candidate" fires { car 300 200 200 120 0.8 @candidate   car 800 200 200 120 0.9 @deployed }
  fixture "another category" fires { car 300 200 200 120 0.8 @candidate   truck 300 200 200 120 0.9 @deployed }
  fixture "both" silent { car 300 200 200 120 0.8 @candidate   car 305 205 200 120 0.3 @deployed }
  fixture "the candidate is not sure" silent { car 300 200 200 120 0.4 @candidate }
}
