"""One loader a data set. Pictures stay outside the project; each loader says where to get them."""
