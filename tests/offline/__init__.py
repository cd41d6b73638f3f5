"""What is given (`--certificate`, `--records`, `--offline`) against what is seen."""
