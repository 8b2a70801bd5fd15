# Rarity: a box so thin that it is nearly always a slip of the hand.

trigger sliver {
  when exists b: any where b.aspect > 20 or b.aspect < 0.05
  guideline "Delete it, or give it the size of its object."
  fixture "a line" fires { person 500 200 4 200 }
  fixture "lying" fires { car 100 400 420 6 }
  fixture "a lamp post" silent { person 500 200 12 200 }
}
