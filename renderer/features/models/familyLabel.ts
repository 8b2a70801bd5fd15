/** Families as people name them; the host's word where it is a new one. */
const labels: { readonly [family: string]: string } = {
  yolox: 'YOLOX',
  yolov5: 'YOLOv5-style head',
  yolov8: 'YOLOv8-style head',
  e2e6: 'End to end, 6 columns',
  e2e7: 'End to end, 7 columns',
  detections: 'Boxes, labels and scores',
  tfod: 'TensorFlow Object Detection',
  detr: 'DETR',
  nanodet: 'NanoDet',
};

export const familyLabel = (family: string): string => labels[family] ?? family;
