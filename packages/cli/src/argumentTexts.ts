/** What may be named as a model, and as pictures, in the help of commands. */
export const MODEL = 'an ONNX file, or emoji-alexnet: the network that comes with this program';
export const PICTURES =
  'a folder of pictures (labels are read from sub-folders, labels.csv or file names), emoji, or emoji:<group>';
