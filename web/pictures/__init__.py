"""Pictures of articles, drawn by kind and color: nobody's photographs, and a few hundred bytes each."""
