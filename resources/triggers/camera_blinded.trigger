# Sensor health: black, or without any contrast. A fault of the camera, not of the model: do not label, report it.

trigger camera_blinded {
  when frame.luma_p95 < 40 or frame.contrast < 8
  guideline "Do not label this frame; tell whoever keeps the camera."
  fixture "black" fires { frame.luma_p95 = 12   frame.contrast = 3 }
  fixture "fog on the lens" fires { frame.luma_p95 = 180   frame.contrast = 5 }
  fixture "night, but lit" silent { frame.luma_p95 = 120   frame.contrast = 30 }
}
