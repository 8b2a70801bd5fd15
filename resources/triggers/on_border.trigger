# Rarity: a box that ends at the border of the frame, so that its object may be cut.

trigger on_border {
  when exists b: any where b.touches_border(1px) and not b.truncated
  guideline "Mark the box truncated if the object goes on outside the frame."
  fixture "cut on the left" fires { car 0 300 200 120 }
  fixture "cut below" fires { car 500 600 200 120 }
  fixture "whole" silent { car 20 300 200 120 }
}
