import { DeformConv as deformConv } from '../parts/deformConv.js';
import { GridSample as gridSample } from '../parts/gridSample.js';
import { MaxRoiPool as maxRoiPool, RoiAlign as roiAlign } from '../parts/regions.js';
import { composite } from './composite.js';

/** By the picture and by the grid (in mode nearest by the picture alone). Beyond a border the position has no gradient, as in PyTorch. */
export const GridSample = composite(gridSample);

/** By all five inputs. */
export const DeformConv = composite(deformConv);

/** By the pictures and by the regions; the number of samples is data. */
export const RoiAlign = composite(roiAlign);

/** By the pictures; the regions are rounded to whole elements. */
export const MaxRoiPool = composite(maxRoiPool);
