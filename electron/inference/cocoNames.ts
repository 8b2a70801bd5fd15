/** The 80 categories of COCO in the order detectors are trained with. */
export const coco80: readonly string[] =
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'.split(
    ',',
  );

/** Numbers of the official list (1 … 90) that name no category of the 80. */
const gaps: ReadonlySet<number> = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** Names by official number; entry 0 belongs to number 1. Gaps hold an empty name. */
export const coco90: readonly string[] = (() => {
  const names: string[] = [];
  let next = 0;
  for (let id = 1; id <= 90; id++) names.push(gaps.has(id) ? '' : (coco80[next++] ?? ''));
  return names;
})();
