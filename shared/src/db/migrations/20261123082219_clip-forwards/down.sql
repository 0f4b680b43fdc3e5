DROP TABLE "clip_forwards";
